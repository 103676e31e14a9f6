"""The modules of `benchmarks/`, for tests that must judge as the measurements do."""

import importlib.util
import sys
from types import ModuleType

from tests.scenario import ROOT


def load_benchmark(room: str, name: str) -> ModuleType:
    """Load one script of a room of the benchmarks as a module; the scripts of a room import one another."""
    folder = str(ROOT / "benchmarks" / room)
    if folder not in sys.path:
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / room / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
