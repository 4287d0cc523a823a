"""All that knows Streamlit: filters, state in the URL, cached wrappers, texts."""
