"""The gate: by which name a request comes, who asks, and what he may do."""

from media_server.web.gate.gate import Gate
from media_server.web.gate.principal import ANYONE, Principal, principal_of

__all__ = ["ANYONE", "Gate", "Principal", "principal_of"]
