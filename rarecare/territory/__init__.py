"""Communes, départements, régions, geometry and the placement of overseas départements."""
