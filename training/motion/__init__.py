"""How the motion models under ``models/`` are made: data, networks, export (see ``training/motion/README.md``)."""
