"""`python -m engine.worker`: a worker by the settings of the environment, until SIGTERM or SIGINT."""

import os

from engine.settings import from_environment
from engine.worker.process import run

if __name__ == "__main__":
    run(from_environment(os.environ))
