"""Resources: the outside world as Dagster hands it to assets. Nothing touches disk or network before a run starts."""

from datetime import datetime

import dagster as dg
from pydantic import PrivateAttr

from back_office_pipelines.chain.office import Office
from back_office_pipelines.clock import now, parse_moment
from back_office_pipelines.settings import load_settings


class BackOffice(dg.ConfigurableResource[Office]):
    """The back office of the environment's settings."""

    postgres_url: str
    _office: Office | None = PrivateAttr(default=None)

    def create_resource(self, context: dg.InitResourceContext) -> Office:
        """Open it once a run."""
        del context
        self._office = Office.open(load_settings(), self.postgres_url)
        return self._office

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Give its connections back."""
        del context
        if self._office is not None:
            self._office.close()


class Clock(dg.ConfigurableResource["Clock"]):
    """The as-of time of a run: one moment for all its steps.

    Attributes:
        as_of: ISO 8601 with offset; empty for the moment the run starts.
    """

    as_of: str = ""
    _moment: datetime = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Fix the moment before the first step."""
        del context
        self._moment = parse_moment(self.as_of, "resource clock, as_of") if self.as_of else now()

    @property
    def moment(self) -> datetime:
        """As-of time of this run (UTC)."""
        return self._moment


class Inbox(dg.ConfigurableResource["Inbox"]):
    """Where batches arrive.

    Attributes:
        folder: empty for the inbox below `BACK_OFFICE_DATA`.
    """

    folder: str = ""
