// What Go's own module log is checked with, asked about a log of ours: golang.org/x/mod/sumdb, note and tlog.
//
// verify KEY DIRECTORY: the directory holds checkpoint, older, consistency, tile/8/..., index, entry and proof.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func refuse(what string, err error) {
	if err != nil {
		fmt.Printf("REFUSED %s: %v\n", what, err)
		os.Exit(1)
	}
}

type files struct{ directory string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(f.directory, tile.Path()))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func read(directory, name string) []byte {
	data, err := os.ReadFile(filepath.Join(directory, name))
	refuse(name, err)
	return data
}

func opened(verifier note.Verifier, raw []byte) tlog.Tree {
	n, err := note.Open(raw, note.VerifierList(verifier))
	refuse("note", err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		refuse("checkpoint", fmt.Errorf("%d lines, origin %q", len(lines), lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	refuse("size", err)
	var root tlog.Hash
	raw, err = base64.StdEncoding.DecodeString(lines[2])
	refuse("root", err)
	copy(root[:], raw)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(text string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range strings.Fields(text) {
		raw, err := base64.StdEncoding.DecodeString(line)
		refuse("hash", err)
		var hash tlog.Hash
		copy(hash[:], raw)
		found = append(found, hash)
	}
	return found
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	refuse("key", err)
	directory := os.Args[2]
	tree := opened(verifier, read(directory, "checkpoint"))
	older := opened(verifier, read(directory, "older"))
	refuse("consistency", tlog.CheckTree(hashes(string(read(directory, "consistency"))), tree.N, tree.Hash, older.N, older.Hash))

	index, err := strconv.ParseInt(strings.TrimSpace(string(read(directory, "index"))), 10, 64)
	refuse("index", err)
	leaf := tlog.RecordHash(read(directory, "entry"))
	path := hashes(string(read(directory, "proof")))
	refuse("inclusion", tlog.CheckRecord(path, tree.N, tree.Hash, index, leaf))

	// Every leaf, read from tiles that are each checked against the root before they are believed.
	reader := tlog.TileHashReader(tree, files{directory})
	var stored []tlog.Hash
	kept := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for at := int64(0); at < tree.N; at++ {
		leaves, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
		refuse(fmt.Sprintf("tile of leaf %d", at), err)
		more, err := tlog.StoredHashesForRecordHash(at, leaves[0], kept)
		refuse("leaf", err)
		stored = append(stored, more...)
	}
	// Some versions of the reader pass over a full tile that stands beside others: the whole tree is hashed as well.
	root, err := tlog.TreeHash(tree.N, kept)
	refuse("tree", err)
	if root != tree.Hash {
		refuse("tile of leaf", fmt.Errorf("the leaves come to another root"))
	}
	made, err := tlog.ProveRecord(tree.N, index, reader)
	refuse("proof from tiles", err)
	if len(made) != len(path) {
		refuse("proof from tiles", fmt.Errorf("%d hashes, not %d", len(made), len(path)))
	}
	fmt.Printf("BELIEVED %d leaves, consistent with %d\n", tree.N, older.N)
}
