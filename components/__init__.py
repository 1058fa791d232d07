"""What the pages are made of: Streamlit on one side, the core on the other."""
