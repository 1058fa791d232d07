"""The views of Clusters."""
