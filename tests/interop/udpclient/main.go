// Command udpclient asks for 7 + 4 again and again, as plainly as a Go program can, and is what other implementations must get along
// with: its workers share one socket, each sends without a delimiter, and the next datagram that it happens to read, of at most 256
// bytes, must be a whole answer and nothing else, whichever worker sent the request.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
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
	timeout := flag.Duration("timeout", 30*time.Second, "how long to wait for an answer")
	pause := flag.Duration("pause", time.Second, "how long each worker waits between rounds")
	count := flag.Int("count", 0, "how many rounds for each worker; 0 never ends")
	workers := flag.Int("workers", 10, "how many share the socket")
	flag.Parse()

	conn, err := net.Dial("udp", net.JoinHostPort(*ip, strconv.Itoa(*port)))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	out := log.New(os.Stdout, "", 0)
	var running sync.WaitGroup
	for worker := 1; worker <= *workers; worker++ {
		running.Add(1)
		go func(worker int) {
			defer running.Done()
			for round := 1; ; round++ {
				pair := request{7, 4}
				sum, err := ask(conn, pair, *timeout)
				if err != nil {
					log.Fatalf("worker %d, round %d: %v", worker, round, err)
				}
				if sum != pair.A+pair.B {
					log.Fatalf("worker %d, round %d: %d + %d is not %d", worker, round, pair.A, pair.B, sum)
				}
				out.Printf("%d + %d = %d", pair.A, pair.B, sum)
				if round == *count {
					return
				}
				time.Sleep(*pause)
			}
		}(worker)
	}
	running.Wait()
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
