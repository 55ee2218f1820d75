"""The gate: by which name a request comes, who asks, what he may do, and how much of it at once."""

from media_server.web.gate.client import client_of
from media_server.web.gate.gate import Gate, may_go_on
from media_server.web.gate.principal import ANYONE, Principal, principal_of
from media_server.web.gate.shares import Shares

__all__ = ["ANYONE", "Gate", "Principal", "Shares", "client_of", "may_go_on", "principal_of"]
