"""HTTP routes served beside the pages."""
