"""The tables of the modules, one file each.

Codes are text, instants UTC, money whole yuan; a point has longitude and latitude (EPSG:4490) and the grids
it lies in. Rows refer to one another by code: files bring them in any order and are rolled back in any
order, so that the loaders check the codes (`data.loaders.modules`), not the database.
"""

from data.store.modules import approval, civic, economy, enforcement, mediation, party, shared

__all__ = ["approval", "civic", "economy", "enforcement", "mediation", "party", "shared"]
