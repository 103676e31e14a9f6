"""The sample room: an invented world of companies and their invoices, drawn by code, with the truth beside it.

`pages/` draws invoices in many layouts, `world/` decides who bills whom and what is wrong with some of it; the modules
beside them write the other media.
"""

from back_office_pipelines.samples.world.story import tell
from back_office_pipelines.samples.world.write import Written, write_world

__all__ = ["Written", "tell", "write_world"]
