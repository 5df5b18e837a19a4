"""Tools around the app: setting up, starting, screenshots. The app itself never imports them."""
