// Command udpserver answers sums as plainly as a Go program can, and is what other implementations must get along with: it takes
// each datagram, of which it reads at most 256 bytes, for one message, answers without a delimiter and without an Id, and ends when
// its one deadline has passed, set once for all it ever reads. What it cannot read it logs and leaves unanswered.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net"
	"os"
	"strconv"
	"time"
)

type request struct {
	A, B int
}

type response struct {
	Sum int
}

func main() {
	ip := flag.String("ip", "127.0.0.1", "address to receive on")
	port := flag.Int("port", 5656, "port to receive on; 0 takes any free one")
	timeout := flag.Duration("timeout", 30*time.Second, "how long the server lives, all in all")
	flag.Parse()

	conn, err := net.ListenPacket("udp", net.JoinHostPort(*ip, strconv.Itoa(*port)))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(*timeout)); err != nil {
		log.Fatal(err)
	}
	log.New(os.Stdout, "", 0).Printf("listening on udp %v", conn.LocalAddr())
	buffer := make([]byte, 256)
	for {
		n, peer, err := conn.ReadFrom(buffer)
		if err != nil {
			log.Fatal(err)
		}
		answer(conn, peer, buffer[:n])
	}
}

func answer(conn net.PacketConn, peer net.Addr, message []byte) {
	var r request
	if err := json.Unmarshal(message, &r); err != nil {
		log.Printf("%v: %v in %q", peer, err, message)
		return
	}
	answer, err := json.Marshal(response{r.A + r.B})
	if err != nil {
		log.Print(err)
		return
	}
	if _, err := conn.WriteTo(answer, peer); err != nil {
		log.Printf("%v: %v", peer, err)
	}
}
