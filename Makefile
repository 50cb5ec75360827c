# Every target sets up what it needs; `make` alone lists them.
PREFIX ?= /usr/local
DEMO_EPOCHS ?= 2
DEMO_SEEDS ?= 3
LATENT = .build/release/latent
SWIFT_FILES = Package.swift Sources Tests

.PHONY: help setup ready encoder build demo test test-web test-gpu screenshots bench install dist test-dist format clean distclean

help:
	@echo 'make demo            compare three methods on Fashion-MNIST, look into one (minutes)'
	@echo 'make build           build .build/release/latent'
	@echo 'make test            build and run the tests'
	@echo 'make test-web        the explorer in a real Chromium; part of make test where that is here'
	@echo 'make test-gpu        what only a machine with an NVIDIA GPU can show, and speed beside PyTorch there'
	@echo 'make screenshots     pictures of the explorer for docs/images'
	@echo 'make bench           speed and memory against PyTorch and pythae'
	@echo 'make install         install into PREFIX=$(PREFIX)'
	@echo 'make dist            an archive for machines without Swift, Python or compilers; make test-dist: try it there'
	@echo 'make setup           only get what the others need: packages, libtorch, small data, Chromium'
	@echo 'make encoder         get MiniLM, by which latent find tells meanings'
	@echo 'make format          lay out the Swift sources'
	@echo 'make clean           drop what was built; make distclean: and what setup brought'

setup:
	@Scripts/setup web

# For latent find by meaning; 90 MB that nothing else needs.
encoder:
	@Scripts/setup encoder

# What a build needs, without the browser of the explorer's tests.
ready:
	@Scripts/setup

build: ready
	swift build -c release

demo: build
	@rm -rf demo.compare
	$(LATENT) fit vae fashion-mnist --latents 20 --epochs $(DEMO_EPOCHS) --seed 1 --out demo.latent --force
	$(LATENT) score demo.latent
	$(LATENT) report demo.latent
	$(LATENT) compare ae vae iwae fashion-mnist --epochs $(DEMO_EPOCHS) --seeds $(DEMO_SEEDS) --out demo.compare
	@echo 'The comparison is $(CURDIR)/demo.compare/report/index.html, a look into one space'
	@echo '$(CURDIR)/demo.latent/report/index.html: open them in a browser.'
	@echo 'More to ask: $(LATENT) --help'

# Debug builds, since tests see internals; one thread of libtorch each, since tests run side by side.
test: ready
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive swift test --disable-xctest --parallel
	@! command -v chromium >/dev/null || Scripts/setup web
	@Tests/Web/run

test-web:
	@Scripts/setup web
	@Tests/Web/run

# Set-up is asked only where there is a GPU to set up for.
test-gpu:
	@! Scripts/has-gpu || Scripts/setup
	@Scripts/test-gpu

# The spaces are those of the demo, and one more for the view that compares.
screenshots: build
	@Scripts/setup web
	@[ -d demo.latent ] || $(LATENT) fit vae fashion-mnist --latents 20 --epochs $(DEMO_EPOCHS) --seed 1 --out demo.latent
	@[ -d demo-iwae.latent ] || $(LATENT) fit iwae fashion-mnist --latents 20 --epochs $(DEMO_EPOCHS) --seed 1 --out demo-iwae.latent
	@[ -d demo.latent/report ] || $(LATENT) report demo.latent
	LATENT_SERVE='$(LATENT) serve demo.latent demo-iwae.latent --port 0' Tests/Web/run screenshots

bench: build
	@Scripts/peers
	@Scripts/peers sae
	@Scripts/peers ssl
	$(LATENT) bench --write

install: build
	@Scripts/install '$(DESTDIR)' '$(PREFIX)'

# For a machine without a GPU: the CPU half of libtorch, and what a bare system lacks.
dist: build
	@Scripts/setup dist
	@Scripts/dist

# Needs root, to live in bare systems for a while.
test-dist: dist
	@Scripts/dist-test

format:
	swift format format -i -p -r $(SWIFT_FILES)

clean:
	rm -rf .build

distclean: clean
	rm -rf .venv .venv-bench .venv-exchange .venv-sae .venv-serving .venv-ssl .venv-web .torch demo.latent demo-iwae.latent demo.compare
