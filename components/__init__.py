"""What is drawn or clicked on more than one page. Knows Streamlit, knows no mathematics."""
