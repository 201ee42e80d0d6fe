# What one does with the hub. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run test soak chaos check fmt api sql web e2e attack bench seed release clean
# Extra arguments where a verb takes some: make seed ARGS="--customers 100000"
ARGS ?=

help: ## List the verbs
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup: ## Find or install what the hub needs on this machine
	@scripts/setup.sh test

run: ## Build the hub and run it with demonstration data; Ctrl-C stops it
	@scripts/run.sh $(ARGS)

test: ## Run every check and every test
	@scripts/test.sh

soak: ## Run the tests of money and trail under load and violence at full size; takes hours
	@SOAK=1 cargo test -p hub --test it -- soak:: trail:: providers::once:: --nocapture --test-threads=1

chaos: ## Run the tests of bad days at full size: killed, stopped, cut off, full, at the wrong time
	@SOAK=1 cargo test -p hub --test it -- chaos:: soak::kills providers::faults --nocapture --test-threads=1

check: ## Check formatting, lints and types, without tests
	@scripts/check.sh

fmt: ## Format everything
	cargo fmt --all
	@. scripts/lib.sh && install_web && cd web && npm run --silent format

api: ## Write api/openapi.json and the web's client from the code
	@scripts/api.sh

sql: ## Write db/schema.sql from the migrations
	@scripts/sql.sh

web: ## Build the web app
	@. scripts/lib.sh && build_web

e2e: ## Run the browser tests against a fresh hub: make e2e ARGS="tickets"
	@scripts/e2e.sh $(ARGS)

attack: ## Attack a hub with tools made for it; takes an hour
	@attack/run.sh

bench: ## Run the benchmarks
	@bench/run.sh $(ARGS)

seed: ## Fill the database with sample customers
	@cargo run --release -p hub -- seed $(ARGS)

release: ## Build dist/: the binary that is shipped, its checksums and its bill of materials
	@scripts/release.sh $(ARGS)
	@RELEASED=1 cargo test --quiet -p hub --test it -- --exact releases::the_last_release_can_work_on_this_database

clean: ## Remove everything that was built; data stays
	cargo clean
	rm -rf web/dist web/node_modules web/e2e/.results
