"""The command-line interface: `ledger` and its subcommands."""
