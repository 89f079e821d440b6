"""What Streamlit shows: the only room that imports it."""
