"""The command line: typer commands; heavy libraries are loaded only inside the command that needs them."""
