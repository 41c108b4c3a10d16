"""The sub-commands, by what they are about. Each is a parser in `register` and a function that returns its exit status.

The functions import what they need when they run, so that help and usage errors do not wait for Django.
"""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
