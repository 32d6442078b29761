# The version that a run records of the program: the tag, else the commit.
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0
# What starts goroutines; only this is worth the slowness of the race detector.
RACED       := SameBytes|AnyWorkers|FailedPaths|FailureStops|Survives|Interrupt|Progress|Bar|MemoryLimit|UntilStops
FUZZTIME    ?= 30s

.DEFAULT_GOAL := help
.PHONY: help build run test race bench bench-rare bench-all fuzz lint cover readers clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/backtest, the same bytes for the same commit
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/backtest ./cmd/backtest

run: build ## simulate configs/quickstart.yaml and print what was found
	bin/backtest run configs/quickstart.yaml --force

test: ## run all tests, those of concurrent packages with the race detector as well
	go test ./...
	cd deploy/kubernetes && go test ./...
	@$(MAKE) --no-print-directory race

race:
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null; \
	then echo "go test -race"; go test -race -short ./runner/record && go test -race -short -run 'AtTheSameTime|ShareTheirStart' ./model ./runner/sim && go test -race -short -run '$(RACED)' ./runner ./cmd/...; \
	else echo "no C compiler: the race detector is left out"; fi

bench: ## measure a path-step against reference kernels; FORM=benchstat prints for benchstat
	go run ./internal/bench -form $(or $(FORM),table)

bench-rare: ## measure what rare events take in path-steps against plain sampling
	go test ./runner -count 1 -v -run '^TestRareFigures$$' -rare-figures -timeout 1h

bench-all: ## run all Go benchmarks once, with allocations
	go test -run '^$$' -bench . -benchmem ./...

fuzz: ## run every fuzz target for FUZZTIME (30s), and the model with assertions
	go test -tags assert ./model ./model/replay
	BACKTEST_MUTATIONS=5000 go test -timeout 3h -run MutatedConfigurations -v ./cmd/backtest
	@set -e; grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sort | while IFS=: read -r file name; do \
	  package=$$(dirname "$$file"); target=$${name#func }; echo "$$package $$target"; \
	  go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s "$$package" </dev/null; done

SCRIPTS = $$(git ls-files '*.sh' '*.sbatch' .ci/run)

lint: ## gofmt, go vet, shellcheck, staticcheck and govulncheck, the last three as far as they are at hand
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	go vet ./...
	cd deploy/kubernetes && go vet ./...
	@if command -v shellcheck >/dev/null; then echo shellcheck $(SCRIPTS); shellcheck $(SCRIPTS); \
	else echo "shellcheck is not installed here: left out"; fi
	@if go run $(STATICCHECK) -version >/dev/null 2>&1; \
	then echo staticcheck ./...; go run $(STATICCHECK) ./...; \
	else echo "staticcheck cannot be fetched here: left out"; fi
	@if ! found=$$(go run $(GOVULNCHECK) ./... 2>&1); then case "$$found" in \
	*"fetching vulnerabilities"*|*"proxy.golang.org"*|*"dial tcp"*) echo "govulncheck cannot be fetched, or reach its database, here: left out";; \
	*) echo "$$found"; exit 1;; esac; else echo govulncheck ./...; echo "$$found"; fi

cover: ## test with coverage; the page is coverage/index.html
	@mkdir -p coverage
	go test -coverprofile coverage/profile ./...
	go tool cover -html coverage/profile -o coverage/index.html
	@go tool cover -func coverage/profile | tail -n 1

readers: ## have DuckDB and apache-arrow, from npm, read the records back
	@modules=$$(mktemp -d); trap 'rm -rf "$$modules"' EXIT; \
	npm install --prefix "$$modules" --no-audit --no-fund --silent @duckdb/node-api@1.5.6-r.1 apache-arrow@21.2.0 fzstd@0.1.1; \
	BACKTEST_NODE_MODULES="$$modules/node_modules" go test -count 1 -v -run 'OtherProgramsReadTheFiles|TheNotebook' ./report

clean: ## remove what was built and written
	rm -rf bin out coverage

KILLS     ?= 200
CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
.PHONY: chaos test-slurm container sbom release

chaos: ## kill a run KILLS (200) times and fill disks, and compare the bytes
	go test ./internal/chaos -count 1 -v -long -kills $(KILLS) -timeout 3h

test-slurm: ## run an array of shards on a Slurm of its own, lose a task and a node (as root)
	deploy/slurm/test.sh

container: ## build the image backtest, where podman or docker runs
	@for engine in podman docker; do if $$engine info >/dev/null 2>&1; \
	then exec $$engine build -f deploy/Containerfile --build-arg VERSION=$(VERSION) -t backtest .; fi; done; \
	echo "no container engine runs here: left out"

release: ## build the program for all platforms into bin/release, with checksums and lists of its modules
	@rm -rf bin/release && mkdir -p bin/release
	@set -e; for platform in $(PLATFORMS); do echo "$$platform"; \
	GOOS=$${platform%/*} GOARCH=$${platform#*/} $(MAKE) --no-print-directory -s build; \
	mv bin/backtest "bin/release/backtest-$$(echo $$platform | tr / -)"; done
	@$(MAKE) --no-print-directory sbom
	@cp bin/backtest.*.json bin/release
	cd bin/release && sha256sum * > SHA256SUMS

sbom: build ## list the modules in bin/backtest, as CycloneDX too if that can be fetched
	go version -m -json bin/backtest > bin/backtest.modules.json
	@if go run $(CYCLONEDX) version >/dev/null 2>&1; \
	then go run $(CYCLONEDX) bin -json -output bin/backtest.cdx.json bin/backtest; echo bin/backtest.cdx.json; \
	else echo "cyclonedx-gomod cannot be fetched here: left out"; fi
