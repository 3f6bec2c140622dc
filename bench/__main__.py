"""`python -m bench`: every measurement in turn. The figures live in docs/performance.md."""

from bench import flow, ingress


def main() -> None:
    """Run all."""
    for title, measurement in (("Accepting", ingress), ("The whole way", flow)):
        print(f"\n{title}\n{'-' * len(title)}", flush=True)
        measurement.main()


main()
