"""The built-in contract of lane `_intake`, where the problems of an inbox live (DESIGN 7.1).

What belongs here: building it over a folder's shared part, so that its reasons have the owners and tiers of the house.
What does not: which problems there are (`intake/problems`).
"""

from importlib import resources
from pathlib import Path
from typing import Any

from back_office_pipelines.dictionary.loader import build_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.strict_yaml import load_mapping

INTAKE_LANE = "_intake"
"""Name of the lane; folders of an inbox whose names begin with an underscore are no lanes, so none can be called so."""


def home_dictionary(common: dict[str, Any]) -> Dictionary:
    """Return the contract of lane `_intake` under a shared part.

    Raises:
        DictionaryError: the shared part lacks something the contract needs.
    """
    path = Path(str(resources.files(__package__).joinpath("_intake.yaml")))
    return build_dictionary(load_mapping(path), common, "the built-in contract of lane _intake")
