"""Pure geometry of a town: coordinates, location, topology, layers; it knows no case and no database."""
