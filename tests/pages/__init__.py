"""Pages, looked at in a browser: Chromium, with axe-core to find what keeps people out."""
