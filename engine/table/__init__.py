"""The digitization of tables: one chapter a module."""
