"""The claim ledger: forecasts recorded, judged blind, scored in public, provably unedited."""
