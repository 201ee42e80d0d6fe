import { Button } from '@chakra-ui/react'
import { useRef } from 'react'
import Modal from '../ui/Modal'
import type { OpenQuestion } from './confirm'

export default function ConfirmDialog({ question }: { question: OpenQuestion }) {
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Modal
      title={question.title}
      size="sm"
      question
      firstFocus={cancel}
      onClose={() => question.answer(false)}
      footer={
        <>
          <Button ref={cancel} size="sm" variant="outline" onClick={() => question.answer(false)}>
            {question.cancel ?? 'Cancel'}
          </Button>
          <Button
            size="sm"
            colorPalette={question.destructive ? 'red' : 'accent'}
            onClick={() => question.answer(true)}
          >
            {question.act}
          </Button>
        </>
      }
    >
      <div className="muted">{question.body}</div>
    </Modal>
  )
}
