"""The schema of the operational database: who brings it up to date, and what protects the ledger then.

Everything works as the application's role, which can read and append. Only an upgrade is done by the administrator's:
on an embedded server whenever a command finds steps missing, on an external one by `back-office db upgrade`.
"""

from back_office_pipelines.errors import DatabaseError
from back_office_pipelines.ledger.upgrade import may_change_entries, missing_steps, role_of, upgrade
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import administrator, libpq_url

ONE_ROLE = (
    "The role that runs the back office also owns the ledger's tables (or has their owner's rights), so only triggers "
    "and the hash chain protect them; give BACK_OFFICE_POSTGRES_URL a role of its own to change that."
)


def ensure_schema(settings: Settings, url: str) -> list[str]:
    """Have the schema up to date before anything is read, and return what people should know of it.

    Raises:
        DatabaseError: steps are missing and only the administrator may apply them, or they are not ours.
    """
    missing = missing_steps(libpq_url(url))
    if not missing:
        return []
    if settings.postgres_url is not None and settings.admin_postgres_url is not None:
        raise DatabaseError(
            "operational database", f"its schema lacks {', '.join(missing)}", "run 'back-office db upgrade' once"
        )
    return upgrade_schema(settings, url)[1]


def upgrade_schema(settings: Settings, url: str) -> tuple[list[str], list[str]]:
    """Apply what is missing as the administrator; return the steps applied and what people should know.

    Raises:
        DatabaseError: the database refused, or holds steps that are not ours.
    """
    application = libpq_url(url)
    steps = upgrade(libpq_url(administrator(settings, url)), role_of(application))
    return steps, [ONE_ROLE] if may_change_entries(application) else []
