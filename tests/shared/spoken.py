"""An app for the servers to run in a process of their own, saying everything that a service ever says."""

import os
from pathlib import Path

from flask import Flask

from services.embedded import Embedded
from shared.edges import logs


def app() -> Flask:
    """The four services, in a directory that the environment names."""
    logs.configure("spoken", "DEBUG")
    return Embedded(Path(os.environ["SPOKEN_HOME"]), "demo.test").app()
