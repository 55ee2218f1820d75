"""The first schema: libraries, folders, files, assets, failures, the listing.

Later revisions must not lean on `schema.metadata`, which is always the newest; this one may,
since a catalog of this revision was made from it.
"""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do: new catalogs are made from the table definitions."""
