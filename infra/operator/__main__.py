"""`python -m infra.operator`, which is what `./aftercare` runs."""

from infra.operator.commands import main

main()
