"""The digitization of text: one chapter a module."""
