#!/bin/sh
# Regenerates src/record/wandb_pb.gen.ts from wandb.proto. Needs the npm registry, once; nothing else here does.
set -eu
cd "$(dirname "$0")/../src/record"
template='{"version":"v2","plugins":[{"local":"protoc-gen-es","out":".","opt":["target=ts","import_extension=js"]}]}'
npx -y -p @bufbuild/buf@1.75.0 -p @bufbuild/protoc-gen-es@2.13.0 buf generate --template "$template" .
sum=$(sha256sum wandb.proto | cut -d' ' -f1)
{ echo "// sha256 of wandb.proto: $sum"; cat wandb_pb.ts; } > wandb_pb.gen.ts
rm wandb_pb.ts
