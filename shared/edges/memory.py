"""What a process keeps in memory stays there: no crash writes keys, or anybody's words, to a disc."""

import ctypes
import resource
import sys
from typing import Final

PR_SET_DUMPABLE: Final = 4
"""Linux's number for saying whether a process may be dumped, and looked into by others of its user."""


def stays_here() -> bool:
    """Let this process leave no core dump; whether the system also keeps other processes from looking into it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return False
    refused: int = ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return refused == 0
