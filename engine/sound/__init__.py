"""The digitization of sound: one chapter a module."""
