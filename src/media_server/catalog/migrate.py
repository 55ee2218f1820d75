"""Bringing a catalog of an older version up to date, with Alembic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from media_server.catalog.schema import SCHEMA_REVISION
from media_server.model.errors import DataDirUnusable

if TYPE_CHECKING:
    from media_server.catalog.database import Catalog


def upgrade(catalog: Catalog, revision: str) -> None:
    """Run the migrations behind `revision`, all in one transaction.

    Raises:
        DataDirUnusable: `revision` is unknown, so a newer version of the program made it.
    """
    config = Config()
    config.set_main_option("script_location", "media_server:catalog/migrations")
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if revision not in known:
        raise DataDirUnusable(
            f"the catalog {catalog.path} was made by a newer version (schema {revision}, this "
            f"program knows {SCHEMA_REVISION})"
        )
    with catalog.write() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"fn": lambda rev, _: scripts._upgrade_revs("head", rev)},
        )
        with Operations.context(context):
            context.run_migrations()
