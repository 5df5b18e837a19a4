"""The digitization of images: one chapter a module."""
