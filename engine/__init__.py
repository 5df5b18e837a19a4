"""What is computed: digitization and learning as short pure functions. Knows no Streamlit."""
