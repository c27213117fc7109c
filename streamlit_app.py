"""The web page: ``streamlit run streamlit_app.py``, or ``formcheck app``."""

from formcheck.web.app import main

main()
