// The same rows in each list, always following the end, as described in its documentation.
import { LogList } from '@inferstream/ui/log-list'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef } from 'react'
import { Virtuoso } from 'react-virtuoso'
import { VList } from 'virtua'

const Row = ({ text }) => <div className="row">{text}</div>

const always = () => 'auto'
const drawRow = (text) => <Row text={text} />

function Ours({ lines }) {
  return <LogList lines={lines} />
}

/** The same with 500 sections, all but the last folded. */
const Folded = Ours

function VirtuosoList({ lines }) {
  return (
    <Virtuoso
      className="list"
      totalCount={lines.length}
      initialTopMostItemIndex={Math.max(0, lines.length - 1)}
      followOutput={always}
      itemContent={(index) => drawRow(lines[index])}
    />
  )
}

function VirtuaList({ lines }) {
  const list = useRef(null)
  useLayoutEffect(() => {
    list.current.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [lines])
  return (
    <VList ref={list} className="list" data={lines}>
      {(text, index) => <Row key={index} text={text} />}
    </VList>
  )
}

function TanstackList({ lines }) {
  const scroller = useRef(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing is memoised here
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 5,
  })
  useLayoutEffect(() => {
    rows.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [lines, rows])
  const items = rows.getVirtualItems()
  return (
    <div ref={scroller} className="list" style={{ overflow: 'auto' }}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        <div
          style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${items[0]?.start ?? 0}px)` }}
        >
          {items.map(({ key, index }) => (
            <div key={key} data-index={index} ref={rows.measureElement}>
              <Row text={lines[index]} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

export const lists = {
  folded: Folded,
  ours: Ours,
  virtuoso: VirtuosoList,
  virtua: VirtuaList,
  tanstack: TanstackList,
}
