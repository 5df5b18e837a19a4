"""What is drawn or clicked on more than one page. Knows Streamlit, knows no mathematics."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

# A folder called `pages` makes Streamlit serve its scripts by themselves until some session has called
# `st.navigation`. If the first visitor of a fresh server follows a link to a lesson, the lesson would
# run without app.py: no navigation, no language, no tray, no guard. Every page imports this package
# before anything else, so the old way is switched off here, and the run begins again with app.py.
# There is no public setting for it.
if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()
