"""One file per registry: coordinates and a transport in, a reading out."""
