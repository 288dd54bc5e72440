// Follows a metrics-panel agent, prints each of its samples once, and what is lost: go run . http://localhost:8080 cpu memory
// The token is read from METRICS_PANEL_TOKEN. RC-1 and the like are rules of docs/protocol.md.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

type message struct { // of any type, with the fields that we need
	Type, Epoch, Error, Reason               string
	ID                                       json.RawMessage
	Messages                                 []message
	Series                                   []struct{ Name string }
	Values                                   []json.RawMessage // as they are written: numbers, and null if not known
	Reconnect                                struct{ BaseMs, CapMs float64 }
	Seq, Prev, Ts, To, FromTs, ToTs, RetryMs int64
}
type follower struct {
	address   string             // of WebSockets
	subscribe map[string]any     // what is sent; `since` is our last sample
	last      map[string]message // of each type; of each epoch
}

func (f *follower) follow() error {
	for attempt := 0.0; ; attempt++ {
		delete(f.last, "goodbye")
		began, err := time.Now(), f.followConnection()
		closed := &websocket.CloseError{}
		if errors.As(err, &closed); closed.Code/100 == 40 {
			return err
		} else if closed.Code/100 == 42 || f.last["goodbye"].RetryMs > 0 || time.Since(began) >= 5*time.Second {
			attempt = 0
		}
		// Full jitter (RC-1), after what `goodbye` asks for.
		welcome, goodbye := f.last["welcome"].Reconnect, f.last["goodbye"]
		jitterMs := rand.Float64() * math.Min(welcome.CapMs, welcome.BaseMs*math.Pow(2, attempt))
		wait := time.Duration(jitterMs+float64(goodbye.RetryMs)) * time.Millisecond
		log.Printf("reconnecting in %.1f s: %v", wait.Seconds(), err)
		time.Sleep(wait)
	}
}
func (f *follower) followConnection() error {
	dialer := websocket.Dialer{Subprotocols: []string{"metrics-panel.v1"}, HandshakeTimeout: 4 * time.Second}
	socket, response, err := dialer.Dial(f.address, nil)
	if errors.Is(err, websocket.ErrBadHandshake) {
		body, _ := io.ReadAll(response.Body) // the agent's sentence, in JSON or as text
		retryAfter, _ := time.ParseDuration(response.Header.Get("Retry-After") + "s")
		waitMs := int64(math.Max(1000*retryAfter.Seconds(), 10_000*(1+rand.Float64())))
		said := message{Error: string(body), RetryMs: waitMs}
		json.Unmarshal(body, &said)
		f.last["goodbye"] = said
		return fmt.Errorf("%s refuses: %s", f.address, strings.TrimSpace(said.Error))
	} else if err != nil {
		return err // names the address
	}
	defer socket.Close()
	if token := os.Getenv("METRICS_PANEL_TOKEN"); token != "" {
		socket.WriteJSON(map[string]string{"type": "auth", "token": token})
	}
	for err = socket.WriteJSON(f.subscribe); err == nil; {
		var frame message
		socket.SetReadDeadline(time.Now().Add(35 * time.Second)) // HB-2; the library answers pings
		err = socket.ReadJSON(&frame)
		for all := append(frame.Messages, frame); err == nil && len(all) > 0; all = all[1:] {
			err = f.receive(all[0])
		}
	}
	return err
}
func (f *follower) receive(m message) error {
	f.last[m.Type] = m
	switch m.Type {
	case "subscribed":
		fmt.Println("run", m.Epoch)
	case "metrics":
		if m.Prev != f.last[f.last["subscribed"].Epoch].Seq {
			return fmt.Errorf("a sample is missing before %d", m.Seq) // RT-9
		}
		line := fmt.Sprint(iso(m.Ts), " #", m.Seq)
		for i, value := range m.Values {
			line += " " + f.last["subscribed"].Series[i].Name + "=" + string(value)
		}
		f.reached(line, m.Seq, m.Ts)
	case "gap":
		f.reached(fmt.Sprintf("%s to %s missing: %s", iso(m.FromTs), iso(m.ToTs), m.Reason), m.To, m.ToTs)
	case "error":
		if m.ID != nil { // that of our `subscribe`
			hint := "Not authenticated: put a token into METRICS_PANEL_TOKEN"
			log.Fatalf("%s: %s", f.address, strings.Replace(m.Error, "Not authenticated", hint, 1))
		}
	}
	return nil
}
func (f *follower) reached(line string, seq, ts int64) {
	f.last[f.last["subscribed"].Epoch] = message{Seq: seq}
	f.subscribe["since"] = map[string]any{"epoch": f.last["subscribed"].Epoch, "seq": seq, "ts": ts}
	fmt.Println(line)
}
func iso(unixMs int64) string { return time.UnixMilli(unixMs).UTC().Format("2006-01-02T15:04:05.000Z") }

func main() {
	if len(os.Args) < 3 || !strings.HasPrefix(strings.Replace(os.Args[1], "https:", "http:", 1), "http://") {
		log.Fatal("usage: go run . http://localhost:8080 cpu memory")
	}
	address := "ws" + strings.TrimPrefix(strings.TrimSuffix(os.Args[1], "/"), "http") + "/metrics"
	last := map[string]message{"welcome": {Reconnect: struct{ BaseMs, CapMs float64 }{500, 20_000}}}
	f := follower{address, map[string]any{"action": "subscribe", "metrics": os.Args[2:], "id": 1}, last}
	log.Fatalf("%s: %v", address, f.follow())
}
