#!/usr/bin/env bash
# Builds images from Debian packages that keep the contract of the official images of the same name, for machines
# that reach no image registry. Without names: all that are in eng/images. What is there and current is skipped.
#
#   images.sh [NAME...]       e.g. images.sh mysql redis; makes mysql:9.7, mysql:9, mysql:latest, ...
#
# They are built in the engine of DOCKER_HOST, or in the one of engine.sh. A recipe is a folder with a Dockerfile; the
# image carries the hash of its recipe as a label. The packages are those of Debian sid on the day of the build.
#
# What one of our own engines has built the others load (CRCACHE_ENGINE_DIR/images): so they have the same images, and a
# checkpoint of one is a checkpoint of all.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

base=crcache/debian:sid
label=dev.crcache.recipe
export DOCKER_BUILDKIT=0 # the classic builder needs no plugin of the client, and imported images are enough for it

# The package that an image's version is that of.
version_package() {
  case $1 in
    mysql)             echo mysql-server-core ;;
    redis)             echo redis-server ;;
    mariadb)           echo mariadb-server-core ;;
    postgres)          echo 'postgresql-[0-9]*' ;;
    rabbitmq)          echo rabbitmq-server ;;
    nats)              echo nats-server ;;
    etcd)              echo etcd-server ;;
    memcached)         echo memcached ;;
    eclipse-mosquitto) echo mosquitto ;;
    *)                 die "no version package is known for image $1; add it to ${BASH_SOURCE[0]##*/}" ;;
  esac
}

recipe_hash() { # NAME
  (cd "$here/images" && find base common.sh "$1" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16)
}

image_hash() { # IMAGE: the recipe it was built from; nothing when there is no such image
  docker_client image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null || true
}

# base_hash is known to the base alone, so a change in one recipe does not make it again.
make_base() {
  local hash root
  hash=$(sha256sum <"$here/images/base/make.sh" | cut -c 1-16)
  [[ $(image_hash "$base") != "$hash" ]] || return 0
  need_root
  install_packages debootstrap=debootstrap
  mkdir -p "$engine_dir"
  root=$engine_dir/base.tmp # one at a time: the caller holds the lock
  rm -rf --one-file-system "$root"
  "$here/images/base/make.sh" "$root" || die "could not make $base"
  tar -C "$root" --numeric-owner --xattrs -c . | docker_client import --change "LABEL $label=$hash" - "$base" >/dev/null
  rm -rf --one-file-system "$root"
}

is_own_engine() { [[ ${DOCKER_HOST:-$engine_docker_host} == "$engine_docker_host" ]]; }

# load NAME HASH: false where none of our own engines has built it.
load() {
  local started=$SECONDS saved=$engine_dir/images/$1-$2.tar
  is_own_engine && [[ -f $saved ]] && docker_client load <"$saved" >/dev/null && [[ $(image_hash "$1:latest") == "$2" ]] || return 1
  say "loaded $1 in $((SECONDS - started)) s"
}

save() { # NAME HASH
  local saved=$engine_dir/images/$1-$2.tar tags
  is_own_engine && [[ ! -f $saved ]] || return 0
  mkdir -p "${saved%/*}"
  rm -f "$engine_dir/images/$1-"*
  read -ra tags < <(docker_client image inspect --format '{{join .RepoTags " "}}' "$1:latest")
  docker_client save "${tags[@]}" "$base" >"$saved.tmp" || die "could not save $1"
  mv "$saved.tmp" "$saved"
}

build() { # NAME
  local hash version tag started=$SECONDS log before
  [[ -f $here/images/$1/Dockerfile ]] || die "no image '$1'; there are: $(all_images)"
  hash=$(recipe_hash "$1")
  if [[ $(image_hash "$1:latest") == "$hash" ]]; then
    save "$1" "$hash" # in case it was killed then
    return
  fi
  ! load "$1" "$hash" || return 0
  make_base
  log=$(mktemp)
  tar -c -C "$here/images" common.sh -C "$1" . |
    docker_client build --network host --force-rm --label "$label=$hash" --tag "crcache/$1:new" - >"$log" 2>&1 ||
    die "could not build $1:
$(tail -n 15 "$log") (all of it: $log)"
  rm -f "$log"

  before=$(docker_client image inspect --format '{{.Id}}' "$1:latest" 2>/dev/null) || true

  # 1:11.8.9+ds-4 is tagged 11.8 and 11. latest comes last: it says that the image is complete.
  # shellcheck disable=SC2016 # dpkg-query expands it
  version=$(docker_client run --rm --network none --entrypoint dpkg-query "crcache/$1:new" \
    --show --showformat '${Version}\n' "$(version_package "$1")" | sed -nE 's/^([0-9]+:)?([0-9]+\.[0-9]+).*/\2/p' | head -n 1)
  [[ $version ]] || die "the version of $1 is not known"
  for tag in "$version" "${version%%.*}" latest; do
    docker_client tag "crcache/$1:new" "$1:$tag"
  done
  docker_client rmi "crcache/$1:new" >/dev/null
  [[ -z $before ]] || docker_client rmi "$before" >/dev/null 2>&1 || true # a container may still use it
  save "$1" "$hash"
  say "built $1:${version%%.*} ($1:$version) in $((SECONDS - started)) s"
}

all_images() { (cd "$here/images" && echo */Dockerfile | sed 's|/Dockerfile||g'); }

(($#)) || read -ra names < <(all_images)
(($# == 0)) || names=("$@")
docker_client version >/dev/null 2>&1 || die "no engine answers at ${DOCKER_HOST:-$engine_docker_host}; eng/engine.sh start"
take_lock "$engine_dir/images.lock"
for name in "${names[@]}"; do build "$name"; done
