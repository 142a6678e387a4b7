// Command client asks for 7 + 4 again and again, as plainly as a Go program can, and is what other implementations must get along
// with: it sends without a delimiter, and what one read of at most 256 bytes returns must be the whole answer and nothing else.
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
	ip := flag.String("ip", "127.0.0.1", "address of the server")
	port := flag.Int("port", 5656, "port of the server")
	timeout := flag.Duration("timeout", 30*time.Second, "how long to wait for the connection and for each answer")
	pause := flag.Duration("pause", time.Second, "how long to wait between rounds")
	count := flag.Int("count", 0, "how many rounds; 0 never ends")
	flag.Parse()

	conn, err := net.DialTimeout("tcp", net.JoinHostPort(*ip, strconv.Itoa(*port)), *timeout)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	out := log.New(os.Stdout, "", 0)
	for round := 1; ; round++ {
		pair := request{7, 4}
		sum, err := ask(conn, pair, *timeout)
		if err != nil {
			log.Fatalf("round %d: %v", round, err)
		}
		if sum != pair.A+pair.B {
			log.Fatalf("round %d: %d + %d is not %d", round, pair.A, pair.B, sum)
		}
		out.Printf("%d + %d = %d", pair.A, pair.B, sum)
		if round == *count {
			return
		}
		time.Sleep(*pause)
	}
}

func ask(conn net.Conn, pair request, timeout time.Duration) (int, error) {
	message, err := json.Marshal(pair)
	if err != nil {
		return 0, err
	}
	if _, err := conn.Write(message); err != nil {
		return 0, err
	}
	if err := conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return 0, err
	}
	buffer := make([]byte, 256)
	n, err := conn.Read(buffer)
	if err != nil {
		return 0, err
	}
	var answer response
	err = json.Unmarshal(buffer[:n], &answer)
	return answer.Sum, err
}
